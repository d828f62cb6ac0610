/** Terms that both sides of the protocol share: versions, error fields, columns, formats, transaction status. */
@NullMarked
package io.pgproxy.protocol;

import org.jspecify.annotations.NullMarked;
