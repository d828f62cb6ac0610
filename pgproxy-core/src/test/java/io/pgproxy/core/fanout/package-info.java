/** Several servers that are written to as one. */
@NullMarked
package io.pgproxy.core.fanout;

import org.jspecify.annotations.NullMarked;
