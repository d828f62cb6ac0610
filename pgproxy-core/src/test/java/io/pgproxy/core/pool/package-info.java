/** Pools as their clients see them: what each has of its session, and nothing of another's. */
@NullMarked
package io.pgproxy.core.pool;

import org.jspecify.annotations.NullMarked;
