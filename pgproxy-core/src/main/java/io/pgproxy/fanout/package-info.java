/** Several servers that are written to as if they were one. */
@NullMarked
package io.pgproxy.fanout;

import org.jspecify.annotations.NullMarked;
