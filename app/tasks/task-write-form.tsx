import { useEffect, useId, useRef, useState, type FormEvent } from 'react'
import { v7 as uuid7 } from 'uuid'
import * as v from 'valibot'
import { TASK_TITLE_LENGTH_MAX, TaskRow } from '../../worker/wire/tasks.ts'
import { lostFromFormWords } from '../realtime/saved-words.ts'
import { usePeople } from '../realtime/use-people.ts'
import type { WriteFormProps } from '../realtime/write-kind.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import { useOneAtATime } from '../ui/use-one-at-a-time.ts'
import { correctedTask, wantedTask } from './correct-task.ts'
import styles from './task-write-form.module.css'

/** Corrects a task, or a change of one, that the server does not have yet. */
export default function TaskWriteForm({ write, current, onSave, onNothing, onCancel }: WriteFormProps) {
  const [row] = useState(() => v.parse(TaskRow, write.row))
  // As it was when the form was filled: what others change while somebody types is for the server to judge.
  const [now] = useState(() => {
    const told = v.safeParse(TaskRow, current)
    return told.success ? told.output : null
  })
  const [filled] = useState(() => {
    const { title, assigneeId, dueOn } = (now && wantedTask(write, now)) ?? row
    return { title, assigneeId, dueOn }
  })
  const [fields, setFields] = useState(filled)
  const [error, setError] = useState<string>()
  const people = usePeople()
  const saving = useOneAtATime()
  const input = useRef<HTMLInputElement>(null)
  const id = useId()
  useEffect(() => input.current?.focus(), [])

  function submit(event: FormEvent): void {
    event.preventDefault()
    const title = fields.title.trim()
    if (title === '') return setError('Say what is to be done.')
    saving.run(async () => {
      const corrected = correctedTask({ ...write, row }, now, { ...fields, title }, uuid7())
      if (!corrected) return onNothing()
      setError(lostFromFormWords(await onSave(corrected)) ?? undefined)
    })
  }

  return (
    <form
      className={styles.form}
      data-testid="edit-form"
      data-unsaved={fields !== filled || undefined}
      noValidate
      aria-label="Task"
      onSubmit={submit}
    >
      <Field id={`${id}-title`} label="Task" error={error}>
        {(control) => (
          <input
            {...control}
            ref={input}
            name="title"
            type="text"
            dir="auto"
            maxLength={TASK_TITLE_LENGTH_MAX}
            value={fields.title}
            onChange={(event) => setFields({ ...fields, title: event.target.value })}
          />
        )}
      </Field>
      <Field id={`${id}-assignee`} label="For">
        {(control) => (
          <Select
            {...control}
            name="assigneeId"
            value={fields.assigneeId ?? ''}
            onValue={(value) => setFields({ ...fields, assigneeId: value || null })}
            options={[
              { value: '', label: 'Anybody' },
              ...people.map((person) => ({ value: person.id, label: person.name })),
            ]}
          />
        )}
      </Field>
      <Field id={`${id}-due`} label="Due">
        {(control) => (
          <input
            {...control}
            name="dueOn"
            type="date"
            value={fields.dueOn ?? ''}
            onChange={(event) => setFields({ ...fields, dueOn: event.target.value || null })}
          />
        )}
      </Field>
      <div className={styles.buttons}>
        <Button type="submit" kind="primary" data-testid="form-submit">
          {saving.isSlow ? 'Saving…' : 'Save'}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
