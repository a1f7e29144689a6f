#include <stdlib.h>

#include "internal.h"

void
nt_queue_add(struct nt_queue *q, struct nt_task *task)
{
	task->next = NULL;
	if (q->head == NULL)
		q->head = task;
	else
		q->last->next = task;
	q->last = task;
	q->count++;
}

void
nt_queue_add_first(struct nt_queue *q, struct nt_task *task)
{
	task->next = q->head;
	if (q->head == NULL)
		q->last = task;
	q->head = task;
	q->count++;
}

/* Keeps a queue in order of due times. */
void
nt_queue_add_due(struct nt_queue *q, struct nt_task *task)
{
	struct nt_task **at = &q->head;

	while (*at != NULL && (*at)->due <= task->due)
		at = &(*at)->next;
	task->next = *at;
	*at = task;
	if (task->next == NULL)
		q->last = task;
	q->count++;
}

struct nt_task *
nt_queue_take(struct nt_queue *q)
{
	struct nt_task *task = q->head;

	if (task == NULL)
		return NULL;
	q->head = task->next;
	if (q->head == NULL)
		q->last = NULL;
	q->count--;
	return task;
}

/* Takes out a task that is there; queues it is asked of are short. */
void
nt_queue_remove(struct nt_queue *q, struct nt_task *task)
{
	struct nt_task **at = &q->head, *before = NULL;

	while (*at != task) {
		before = *at;
		at = &before->next;
	}
	*at = task->next;
	if (q->last == task)
		q->last = before;
	q->count--;
}

void
nt_queue_free(struct nt_queue *q)
{
	struct nt_task *task;

	while ((task = nt_queue_take(q)) != NULL)
		task->free(task);
}
