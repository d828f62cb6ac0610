/** What a proxy measures of itself, and how a host takes it. */
@NullMarked
package io.pgproxy.metrics;

import org.jspecify.annotations.NullMarked;
