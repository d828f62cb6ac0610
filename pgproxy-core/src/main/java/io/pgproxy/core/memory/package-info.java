/**
 * The proxy without sockets and threads: for tests of hooks, and for clients in the same process that bring bytes of
 * their own. What runs is what runs behind a listener.
 */
@NullMarked
package io.pgproxy.core.memory;

import org.jspecify.annotations.NullMarked;
