/** Runs hooks on SQL in memory. */
@NullMarked
package io.pgproxy.testkit.hook;

import org.jspecify.annotations.NullMarked;
