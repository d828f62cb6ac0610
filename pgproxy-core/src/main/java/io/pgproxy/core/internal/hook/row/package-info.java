/**
 * Rows as hooks see them, replies of the proxy's own, and recordings of results.
 *
 * <p>A {@link io.pgproxy.core.internal.hook.row.RowPipe} leads one DataRow after the other past the mappers of an
 * execution; a {@link io.pgproxy.core.internal.hook.row.ResultRecorder} copies what an upstream answers into a
 * {@link io.pgproxy.core.internal.hook.row.RecordedResult}. All of it happens on the session's event loop.
 */
@NullMarked
package io.pgproxy.core.internal.hook.row;

import org.jspecify.annotations.NullMarked;
