/**
 * What a cache of results gains and costs a whole process: the programs that {@code src/main/scripts/cache.sh} starts
 * beside a server.
 */
@NullMarked
package io.pgproxy.benchmarks.cache;

import org.jspecify.annotations.NullMarked;
