package io.pgproxy.protocol.netty;

import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.ProtocolException;

/**
 * A message that came whole and whose body is not what it should be. The connection can go on: a server answers with an
 * error and, where the message was an extended one, skips to Sync.
 *
 * @param tag which message it was
 * @param cause what is wrong with it
 */
public record MalformedMessage(FrontendTag tag, ProtocolException cause) {}
