/**
 * What a client sends before start-up is over: packets without a type byte, and the decoder for them.
 *
 * <p>{@link io.pgproxy.protocol.startup.StartupDecoder} reads them from anybody who can reach a port, so it holds no
 * more than one packet of at most 10,000 bytes and grows by what has arrived only.
 */
@NullMarked
package io.pgproxy.protocol.startup;

import org.jspecify.annotations.NullMarked;
