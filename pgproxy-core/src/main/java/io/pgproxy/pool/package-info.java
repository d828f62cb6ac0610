/**
 * Pooled upstreams: many clients on few connections.
 *
 * <p>{@link io.pgproxy.pool.PoolSettings} say how; a {@link io.pgproxy.core.ProxyServerBuilder} takes them with an
 * upstream, and the server shows what becomes of it as {@link io.pgproxy.pool.PoolView}.
 */
@NullMarked
package io.pgproxy.pool;

import org.jspecify.annotations.NullMarked;
