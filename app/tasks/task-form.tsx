import { useId, useRef, useState, type FormEvent } from 'react'
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
import styles from './task-form.module.css'

/** A task in one line: Enter adds it and stays for the next. Only the words are needed. */
export function TaskForm(props: {
  propertyId: string | undefined
  people: PeopleAnswer['people']
  onAdd: (fields: Omit<CreateTask, 'id'>) => Promise<Saved>
}) {
  const { properties } = useSignedIn()
  const [title, setTitle] = useState('')
  const [assigneeId, setAssigneeId] = useState('')
  const [dueOn, setDueOn] = useState('')
  const [chosen, setChosen] = useState<string>()
  const [error, setError] = useState<string>()
  const saving = useOneAtATime()
  const input = useRef<HTMLInputElement>(null)
  const id = useId()
  const propertyId = chosen ?? props.propertyId ?? properties[0]?.id ?? ''
  useShortcut('n', 'New task', () => input.current?.focus())

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
      setTitle((now) => (now === submitted ? '' : now))
      setDueOn('')
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
              setTitle(event.target.value)
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
            onValue={setChosen}
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
            onValue={setAssigneeId}
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
            onChange={(event) => setDueOn(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" kind="primary" className={styles.add} data-testid="task-add">
        Add
      </Button>
    </form>
  )
}
