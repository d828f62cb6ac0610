/** How structure is found: our own reading of the tokens, JSqlParser's tree of the same, and the comparison of both. */
@NullMarked
package io.pgproxy.sql.internal.structure;

import org.jspecify.annotations.NullMarked;
