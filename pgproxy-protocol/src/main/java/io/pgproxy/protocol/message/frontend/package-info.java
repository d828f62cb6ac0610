/**
 * The messages of a client after start-up: one record for each, which reads and writes itself.
 *
 * <p>The answers to authentication requests share a type byte;
 * {@link io.pgproxy.protocol.message.frontend.AuthenticationResponse} is told which one is expected.
 */
@NullMarked
package io.pgproxy.protocol.message.frontend;

import org.jspecify.annotations.NullMarked;
