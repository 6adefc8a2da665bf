export const TASKS_PATH = '/api/tasks'
