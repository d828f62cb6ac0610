/** What the server's catalogue knows and the text does not tell. */
@NullMarked
package io.pgproxy.sql.catalog;

import org.jspecify.annotations.NullMarked;
