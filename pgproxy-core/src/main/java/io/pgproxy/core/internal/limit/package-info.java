/** Limits of sessions that no hook reads, what they measure, and what all sessions share of both. */
@NullMarked
package io.pgproxy.core.internal.limit;

import org.jspecify.annotations.NullMarked;
