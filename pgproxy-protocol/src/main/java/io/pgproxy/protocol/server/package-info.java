/**
 * The server half of the protocol without a socket: statements, portals, row limits, errors that skip to Sync, the
 * status byte.
 *
 * <p>Whoever answers SQL implements {@link io.pgproxy.protocol.server.QueryEngine};
 * {@link io.pgproxy.protocol.server.ServerProtocol} is fed with a client's messages and writes what a server would
 * write:
 *
 * <pre>{@code
 * message of a client --> ServerProtocol --> bytes of a server
 *                          |  prepare: once for Parse, once for each statement of a Query
 *                          |  execute: once for each portal
 *                          v
 *                         QueryEngine, PreparedQuery, QueryResult
 * }</pre>
 */
@NullMarked
package io.pgproxy.protocol.server;

import org.jspecify.annotations.NullMarked;
