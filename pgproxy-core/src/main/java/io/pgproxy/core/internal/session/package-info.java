/**
 * A client's session, from its first byte to its last.
 *
 * <p>The phases:
 *
 * <pre>{@code
 * Greeting ──startup──> Login ──ReadyForQuery──> Serving ──Terminate, loss, 57P01──> Closing
 *    │  │                 ^ │  └─(replication)──> Opaque ──────────────────────────────^
 *    │  └─> Authentication┘ │                                                          │
 *    └──cancel, refusal─────┴──refusal, from Authentication, too───────────────────────┘
 * }</pre>
 *
 * <p>Authentication is there where the proxy itself finds out who the client is: in Login it is then known, and the
 * upstream asks it nothing.
 *
 * <p>A query's way, in the order to read: {@link io.pgproxy.core.internal.session.ClientStream} finds the client's
 * messages and notes what answers are due, {@link io.pgproxy.core.internal.session.Upstream} sends them and finds the
 * answers, {@link io.pgproxy.core.internal.session.ExpectedAnswers} says whose they are,
 * {@link io.pgproxy.core.internal.session.Turns} whose turn it is to reach the client. An exchange (all up to one
 * ReadyForQuery) goes to one upstream whole, or is answered by the proxy whole.
 *
 * <p>All of a session happens on its event loop: no locks, no blocking.
 */
@NullMarked
package io.pgproxy.core.internal.session;

import org.jspecify.annotations.NullMarked;
