/** One client's session on several servers that are to hold the same: what it writes is written to all of them. */
@NullMarked
package io.pgproxy.core.internal.fanout;

import org.jspecify.annotations.NullMarked;
