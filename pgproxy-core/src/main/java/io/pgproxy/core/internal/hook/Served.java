package io.pgproxy.core.internal.hook;

import io.pgproxy.core.internal.hook.row.RecordedResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a statement whose execution was served.
 *
 * @param recording what it was served with
 * @param parameterTypes the types of its parameters; null if nobody has told them
 * @param exchange the exchange that it was served in
 */
record Served(RecordedResult recording, @Nullable List<Integer> parameterTypes, long exchange) {}
