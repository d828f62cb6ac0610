/**
 * The clients that people use, each against a real server: what they see through the proxy is what they see without it.
 *
 * <p>A {@link io.pgproxy.core.clients.Script} runs twice, directly and through the proxy, in a database of the same
 * content; {@link io.pgproxy.core.clients.Twice} compares what it wrote.
 */
@NullMarked
package io.pgproxy.core.clients;

import org.jspecify.annotations.NullMarked;
