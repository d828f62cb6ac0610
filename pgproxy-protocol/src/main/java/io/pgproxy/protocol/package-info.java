/**
 * Terms that both sides of the protocol share: versions, error fields, columns, formats, transaction status; and how
 * bytes are read and written without trusting them.
 *
 * <pre>{@code
 * protocol                     terms; BodyReader, MessageWriter, CString
 * protocol.startup             packets before a client is logged in
 * protocol.message.frontend    messages of a client
 * protocol.message.backend     messages of a server
 * protocol.frame               which messages arrive whole and which pass as bytes: for proxies
 * protocol.server              the server half of the extended protocol, without a socket
 * protocol.netty               handlers for servers and clients
 * }</pre>
 *
 * <p>Each package uses those above it only. Records hold copies on the heap: nothing outside of {@code frame} has to be
 * released.
 */
@NullMarked
package io.pgproxy.protocol;

import org.jspecify.annotations.NullMarked;
