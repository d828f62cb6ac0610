/** Runs hooks on SQL in memory. */
module io.pgproxy.testkit.hooks {
    requires transitive io.pgproxy.core;
    requires static transitive org.jspecify;

    exports io.pgproxy.testkit.hook;
}
