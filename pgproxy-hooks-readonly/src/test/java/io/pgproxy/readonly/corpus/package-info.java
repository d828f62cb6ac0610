/**
 * Cases of what a read-only proxy refuses and lets pass, and the queries of real clients, against a real server.
 *
 * <p>A {@link io.pgproxy.readonly.corpus.CaseRun} plays the client of one case and looks at the server before and
 * after.
 */
@NullMarked
package io.pgproxy.readonly.corpus;

import org.jspecify.annotations.NullMarked;
