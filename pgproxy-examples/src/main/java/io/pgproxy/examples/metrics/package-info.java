/** What every example tells of itself by HTTP, if it is asked to: its metrics, and whether it is ready and alive. */
@NullMarked
package io.pgproxy.examples.metrics;

import org.jspecify.annotations.NullMarked;
