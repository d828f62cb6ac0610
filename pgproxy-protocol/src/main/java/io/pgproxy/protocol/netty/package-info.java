/**
 * Netty handlers around the messages, for servers and clients that are written with this module alone.
 *
 * <pre>{@code
 * server: FrontendMessageDecoder, MessageEncoder, then a handler of one's own, or PgServerHandler in the place of both
 * client: BackendMessageDecoder, MessageEncoder, then a handler of one's own
 * }</pre>
 *
 * <p>They hold each message whole, so they have a limit for its length. A proxy that passes messages on uses the header
 * scanner of {@link io.pgproxy.protocol.frame} instead.
 */
@NullMarked
package io.pgproxy.protocol.netty;

import org.jspecify.annotations.NullMarked;
