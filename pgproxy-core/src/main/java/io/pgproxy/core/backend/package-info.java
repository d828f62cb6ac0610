/**
 * The seam behind a session: whatever answers PostgreSQL's messages.
 *
 * <p>A {@link io.pgproxy.core.backend.Backend} opens one {@link io.pgproxy.core.backend.BackendSession} for a client.
 * It takes v3 frontend messages and delivers v3 backend bytes to a {@link io.pgproxy.core.backend.BackendSink}, from
 * the first Authentication message on. A remote PostgreSQL is a byte pump
 * ({@link io.pgproxy.core.backend.RemotePostgres}); an embedded engine implements the same three methods.
 */
@NullMarked
package io.pgproxy.core.backend;

import org.jspecify.annotations.NullMarked;
