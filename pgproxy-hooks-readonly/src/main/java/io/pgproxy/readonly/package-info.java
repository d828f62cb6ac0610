/** Lets reads alone pass. */
@NullMarked
package io.pgproxy.readonly;

import org.jspecify.annotations.NullMarked;
