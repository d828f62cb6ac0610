/** Connections to an upstream that clients share. */
@NullMarked
package io.pgproxy.core.internal.pool;

import org.jspecify.annotations.NullMarked;
