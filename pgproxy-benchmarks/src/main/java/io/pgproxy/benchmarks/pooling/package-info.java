/**
 * What pooling costs a whole process: the programs that {@code src/main/scripts/pooling.sh} starts beside a server and
 * pgbouncer.
 */
@NullMarked
package io.pgproxy.benchmarks.pooling;

import org.jspecify.annotations.NullMarked;
