package dev.tollgate.bench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.bench.stats.Statistics.Spread;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void theMedianOfAnOddNumberIsTheMiddleOne() {
        assertEquals(3, Statistics.median(9, 1, 3));
    }

    @Test
    void theMedianOfAnEvenNumberIsTheMeanOfTheMiddleTwo() {
        assertEquals(2.5, Statistics.median(100, 2, 3, -7));
    }

    @Test
    void theMedianLeavesItsArgumentsInOrder() {
        double[] values = {3, 1, 2};
        Statistics.median(values);
        assertEquals(3, values[0]);
    }

    @Test
    void nothingHasNoMedian() {
        assertTrue(Double.isNaN(Statistics.median()));
        assertTrue(Double.isNaN(Spread.of(List.of()).max()));
    }

    @Test
    void theSpreadHasMedianMiddleHalfAndExtremes() {
        assertEquals(new Spread(2, 1, 1.5, 21, 40), Spread.of(List.of(40.0, 1.0, 2.0)));
        assertEquals(new Spread(3, 1, 2, 4, 5), Spread.of(List.of(5.0, 4.0, 1.0, 3.0, 2.0)));
        assertEquals(new Spread(7, 7, 7, 7, 7), Spread.of(List.of(7.0)));
    }
}
