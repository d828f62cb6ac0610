/**
 * The test kit for JUnit 6: servers and databases as parameters, and checks that nothing leaks.
 *
 * <pre>{@code
 * @WithPostgres
 * class OrdersTest {
 *     @Test
 *     void anOrderHasARow(TestDatabase database) throws Exception {
 *         database.execute("CREATE TABLE orders (id int)");
 *         ...
 *     }
 * }
 * }</pre>
 */
@NullMarked
package io.pgproxy.testkit.junit;

import org.jspecify.annotations.NullMarked;
