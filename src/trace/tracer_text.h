/*
 * The text of the guardian and of the tracer that it starts, and the one that cleans when
 * both were killed at once.
 *
 * What binds them, what they are sent and what they say: doc/protocol.md, "Tracing". The
 * variables:
 *
 *   A  {Session, Who, Key, Options, Groups, Send, Receive}: what is armed
 *   B  the trace control word at the start: it counts from there
 *   C  what it is at the end
 *   D  {Time, Silence, Priority, Heap, Force}
 *   L  {Calls, Gate, Rate, Period, Throttle, Queue, Bytes, Whole, Linger,
 *      Values, Renew, Window}
 *   G  the guardian   T  the tracer   Z  we   E  the session, or false
 *   M  fun: patterns off              F  fun: the rest
 *
 * A fun is made once, never in a loop: erl_eval looks through all of it each time.
 */
#ifndef TRACE_TRACER_TEXT_H
#define TRACE_TRACER_TEXT_H

extern const char tracer_text[];
/* A, B and C are bound, and T: the tracer, or false. */
extern const char tracer_clean_text[];

#endif
