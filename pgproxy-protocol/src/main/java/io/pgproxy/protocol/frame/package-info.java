/** The header scanner: which messages arrive whole, and which pass as the bytes they are. */
@NullMarked
package io.pgproxy.protocol.frame;

import org.jspecify.annotations.NullMarked;
