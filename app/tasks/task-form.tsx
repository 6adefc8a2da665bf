import { useId, useMemo, useRef, useState, type FormEvent } from 'react'
import { TASK_TITLE_LENGTH_MAX, type CreateTask } from '../../worker/wire/tasks.ts'
import type { PeopleAnswer } from '../../worker/wire/session.ts'
import { useSignedIn } from '../realtime/runtime-provider.tsx'
import type { Saved } from '../realtime/save-write.ts'
import { lostFromFormWords } from '../realtime/saved-words.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import { useOneAtATime } from '../ui/use-one-at-a-time.ts'
import { useShortcut } from '../ui/shortcuts.tsx'
import { createTaskDraftStore, NO_TASK_DRAFT, type TaskDraft } from './task-draft.ts'
import styles from './task-form.module.css'

/** A task in one line: Enter adds it and stays for the next. Only the words are needed. */
export function TaskForm(props: {
  propertyId: string | undefined
  people: PeopleAnswer['people']
  onAdd: (fields: Omit<CreateTask, 'id'>) => Promise<Saved>
}) {
  const { properties, user } = useSignedIn()
  const store = useMemo(() => createTaskDraftStore(sessionStorage, user.id), [user.id])
  const [draft, setDraft] = useState(() => store.load() ?? NO_TASK_DRAFT)
  /** As typed by now; a closure holds what was typed when it was made. */
  const latest = useRef(draft)
  const [error, setError] = useState<string>()
  const saving = useOneAtATime()
  const input = useRef<HTMLInputElement>(null)
  const id = useId()
  const { title, assigneeId, dueOn } = draft
  // A house that was chosen for a draft may have been taken from its writer since.
  const chosen = properties.find((property) => property.id === draft.propertyId)?.id
  const propertyId = chosen ?? props.propertyId ?? properties[0]?.id ?? ''
  useShortcut('n', 'New task', () => input.current?.focus())

  function set(change: Partial<TaskDraft>): void {
    const next = { ...latest.current, ...change }
    latest.current = next
    store.save(next)
    setDraft(next)
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    input.current?.focus()
    if (title.trim() === '') return setError('Say what is to be done.')
    setError(undefined)
    const submitted = title
    // What is typed before the disk has answered is the next one.
    input.current?.select()
    saving.run(async () => {
      const saved = await props.onAdd({
        propertyId,
        title: submitted.trim(),
        assigneeId: assigneeId || null,
        dueOn: dueOn || null,
      })
      if (saved.is === 'lost') return setError(lostFromFormWords(saved) ?? undefined)
      set({ title: latest.current.title === submitted ? '' : latest.current.title, dueOn: '' })
    })
  }

  return (
    <form
      className={styles.form}
      data-testid="task-form"
      data-filled={title === '' ? undefined : ''}
      autoComplete="off"
      noValidate
      aria-label="New task"
      onSubmit={submit}
    >
      <Field id={`${id}-title`} label="New task" className={styles.title} error={error}>
        {(control) => (
          <input
            {...control}
            ref={input}
            name="title"
            type="text"
            dir="auto"
            enterKeyHint="done"
            placeholder="What is to be done"
            maxLength={TASK_TITLE_LENGTH_MAX}
            value={title}
            onChange={(event) => {
              set({ title: event.target.value })
              setError(undefined)
            }}
          />
        )}
      </Field>
      <Field id={`${id}-property`} label="Property" className={styles.more}>
        {(control) => (
          <Select
            {...control}
            name="propertyId"
            value={propertyId}
            onValue={(value) => set({ propertyId: value })}
            options={properties.map(({ id, name }) => ({ value: id, label: name }))}
          />
        )}
      </Field>
      <Field id={`${id}-assignee`} label="For" className={styles.more}>
        {(control) => (
          <Select
            {...control}
            name="assigneeId"
            value={assigneeId}
            onValue={(value) => set({ assigneeId: value })}
            options={[
              { value: '', label: 'Anybody' },
              ...props.people.map((person) => ({ value: person.id, label: person.name })),
            ]}
          />
        )}
      </Field>
      <Field id={`${id}-due`} label="Due" className={styles.more}>
        {(control) => (
          <input
            {...control}
            name="dueOn"
            type="date"
            value={dueOn}
            onChange={(event) => set({ dueOn: event.target.value })}
          />
        )}
      </Field>
      <Button type="submit" kind="primary" className={styles.add} data-testid="task-add">
        Add
      </Button>
    </form>
  )
}
