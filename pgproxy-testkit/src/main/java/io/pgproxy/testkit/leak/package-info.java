/**
 * Checks that a piece of work leaves no Netty buffer, no thread and no socket behind.
 *
 * <p>Test classes have it done by {@link io.pgproxy.testkit.junit.LeakCheckExtension}; anything else uses
 * {@link io.pgproxy.testkit.leak.LeakCheck} itself.
 */
@NullMarked
package io.pgproxy.testkit.leak;

import org.jspecify.annotations.NullMarked;
