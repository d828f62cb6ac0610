/**
 * Many clients on few connections: whatever a client asks has a token in it that nobody else has, and what it is
 * answered has to bring it back.
 *
 * <p>{@link io.pgproxy.core.pool.workload.Rounds} is what each client does, by whichever driver its
 * {@link io.pgproxy.core.pool.workload.Client} is; {@link io.pgproxy.core.pool.workload.Extent} says how many there are
 * and for how long.
 */
@NullMarked
package io.pgproxy.core.pool.workload;

import org.jspecify.annotations.NullMarked;
