/**
 * Keeps the results of reads, and drops them when what they show may have changed.
 *
 * <p>{@code ReadAnalysis} tells which tables a result is made of, or that it must not be kept; {@code WriteAnalysis}
 * tells which tables a statement may change. Both go by the text and by the server's
 * {@linkplain io.pgproxy.sql.catalog.Catalog catalogue}, and what neither of them tells is not kept, or drops
 * everything.
 */
@NullMarked
package io.pgproxy.cache;

import org.jspecify.annotations.NullMarked;
