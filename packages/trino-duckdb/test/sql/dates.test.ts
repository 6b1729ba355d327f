import { answers } from "./evaluate";

answers("Dates, times and intervals", [
  [
    "month steps are counted from the start",
    "SELECT sequence(DATE '2026-01-31', DATE '2026-04-30', INTERVAL '1' MONTH), sequence(TIMESTAMP '2026-01-31 01:00:00', TIMESTAMP '2026-03-31 01:00:00', INTERVAL '1' MONTH)",
    "[2026-01-31, 2026-02-28, 2026-03-31, 2026-04-30]|[2026-01-31 01:00:00, 2026-02-28 01:00:00, 2026-03-31 01:00:00]",
  ],
  [
    "sequences of dates without a step go in both directions",
    "SELECT sequence(DATE '2026-02-01', DATE '2026-01-30'), sequence(DATE '2026-01-31', DATE '2026-02-01')",
    "[2026-02-01, 2026-01-31, 2026-01-30]|[2026-01-31, 2026-02-01]",
  ],
  [
    "sequences of timestamps with a step of hours",
    "SELECT sequence(TIMESTAMP '2026-01-01 23:00:00', TIMESTAMP '2026-01-02 01:30:00', INTERVAL '1' HOUR), sequence(5, 1, -2), sequence(NULL, 3)",
    "[2026-01-01 23:00:00, 2026-01-02 00:00:00, 2026-01-02 01:00:00]|[5, 3, 1]|NULL",
  ],
  [
    "a step of zero fails",
    "SELECT sequence(1, 5, x) FROM (VALUES 0) t(x)",
    "INVALID_FUNCTION_ARGUMENT: step must not be zero",
  ],
  [
    "a step in the wrong direction fails",
    "SELECT sequence(1, 5, -1)",
    "INVALID_FUNCTION_ARGUMENT: sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop should be less than or equal to start",
  ],
  [
    "a sequence with more than 10,000 entries fails",
    "SELECT cardinality(sequence(1, 10000)), sequence(1, 10001)",
    "INVALID_FUNCTION_ARGUMENT: result of sequence function must not have more than 10000 entries",
  ],
  [
    "a sequence of dates with a step of hours fails",
    "SELECT sequence(DATE '2026-01-01', DATE '2026-01-02', INTERVAL '12' HOUR)",
    "INVALID_FUNCTION_ARGUMENT: sequence step must be a day interval if start and end values are dates",
  ],
  [
    "fields of intervals",
    "SELECT EXTRACT(HOUR FROM INTERVAL '26' HOUR), EXTRACT(DAY FROM INTERVAL '26' HOUR), minute(INTERVAL '-90' SECOND), second(INTERVAL '61' SECOND), millisecond(INTERVAL '1.5' SECOND), EXTRACT(MONTH FROM INTERVAL '14' MONTH), year(INTERVAL '-14' MONTH)",
    "2|1|-1|1|500|2|-1",
  ],
  [
    "intervals cast to text",
    "SELECT CAST(INTERVAL '26' HOUR AS varchar), CAST(INTERVAL '14' MONTH AS varchar), CAST(INTERVAL '-1' SECOND AS varchar)",
    "1 02:00:00.000|1-2|-0 00:00:01.000",
  ],
  [
    "offsets of time zones",
    "SELECT EXTRACT(TIMEZONE_HOUR FROM at_timezone(from_unixtime(0), 'America/New_York')), timezone_minute(at_timezone(from_unixtime(0), 'Asia/Kolkata'))",
    "-5|30",
  ],
  [
    "missing fields default to the year 2000, or to 1970-01-01 for times",
    "SELECT date_parse('3-5', '%m-%d'), date_parse('10:30 PM', '%h:%i %p'), parse_datetime('10:30', 'HH:mm'), parse_datetime('2026', 'yyyy')",
    "2000-03-05 00:00:00.000|1970-01-01 22:30:00.000|1970-01-01 10:30:00.000 UTC|2026-01-01 00:00:00.000 UTC",
  ],
  [
    "two-digit years are from 1970 to 2069",
    "SELECT date_parse('69', '%y'), date_parse('70', '%y')",
    "2069-01-01 00:00:00.000|1970-01-01 00:00:00.000",
  ],
  [
    "parsed times have milliseconds",
    "SELECT date_parse('2026-01-05 03:04:05.123456789', '%Y-%m-%d %H:%i:%s.%f') = TIMESTAMP '2026-01-05 03:04:05.123', date_parse('5.5', '%s.%f')",
    "true|1970-01-01 00:00:05.500",
  ],
  [
    "parsing accepts fewer digits",
    "SELECT date_parse('2026-1-5 3:4', '%Y-%m-%d %H:%i'), date_parse('20260105', '%Y%m%d')",
    "2026-01-05 03:04:00.000|2026-01-05 00:00:00.000",
  ],
  [
    "blanks that are not in the format fail",
    "SELECT date_parse(' 2026-01-05', '%Y-%m-%d')",
    'INVALID_FUNCTION_ARGUMENT: Invalid format: " 2026-01-05"',
  ],
  [
    "hours are below 24",
    "SELECT date_parse('24:00', '%H:%i')",
    'INVALID_FUNCTION_ARGUMENT: Invalid format: "1970-01-01 24:00"',
  ],
  [
    "TRY of a text that does not match the format is NULL",
    "SELECT TRY(date_parse('x', '%Y')), TRY(parse_datetime('x', 'yyyy')), date_parse(NULL, '%Y')",
    "NULL|NULL|NULL",
  ],
  [
    "parse_datetime with yy is refused: Joda's century depends on the current year",
    "SELECT parse_datetime('50', 'yy')",
    "NOT_SUPPORTED: line 1:8: parse_datetime with 'yy' is not supported by the embedded cloud",
  ],
  [
    "24:00 is not a time",
    "SELECT TRY_CAST('2026-01-01 24:00:00' AS timestamp), TRY_CAST('2026-01-01 24:00:00.000' AS timestamp), TRY_CAST('2026-01-01 23:59:60' AS timestamp)",
    "NULL|NULL|NULL",
  ],
  [
    "a timestamp's year begins with a digit",
    "SELECT TRY_CAST(x AS timestamp) FROM (VALUES '-026-01-01 00:00:00.000', ' 026-01-01 00:00:00.000') t(x)",
    "NULL\nNULL",
  ],
  [
    "24:00 is not valid in a literal",
    "SELECT TIMESTAMP '2026-01-01 24:00:00'",
    "INVALID_LITERAL: line 1:8: '2026-01-01 24:00:00' is not a valid TIMESTAMP literal",
  ],
  [
    "date() refuses text after the date",
    "SELECT date('2026-1-2x')",
    "INVALID_CAST_ARGUMENT: Cannot cast '2026-1-2x' to date",
  ],
  [
    "ISO dates with weeks and days of the year",
    "SELECT from_iso8601_date('2026-W01-1'), from_iso8601_date('2020-123'), from_iso8601_date('2020-05')",
    "2025-12-29|2020-05-02|2020-05-01",
  ],
  [
    "adding milliseconds rounds to the timestamp's precision",
    "SELECT date_add('millisecond', 700, TIMESTAMP '2026-01-01 00:00:00'), date_add('millisecond', 7, TIMESTAMP '2026-01-01 00:00:00.000')",
    "2026-01-01 00:00:01|2026-01-01 00:00:00.007",
  ],
  [
    "from_unixtime_nanos refuses fractions of a microsecond",
    "SELECT from_unixtime_nanos(1700000000000001000), TRY(from_unixtime_nanos(1))",
    "2023-11-14 22:13:20.000001000 UTC|NULL",
  ],
  [
    "an offset is a zone",
    "SELECT now() AT TIME ZONE '+05:30', TIMESTAMP '2020-01-31 23:00:00 -08:00' + INTERVAL '1' MONTH",
    "2026-01-02 08:34:05.678 +05:30|2020-02-29 23:00:00 -08:00",
  ],
  [
    "two zones in one column are refused",
    "SELECT coalesce(TIMESTAMP '2020-01-01 00:00:00 UTC', TIMESTAMP '2020-01-01 00:00:00 +05:30')",
    "NOT_SUPPORTED: a column with values in two time zones, UTC and +05:30, is not supported by the embedded cloud",
  ],
  [
    "a cast to a timestamp ignores blanks and a zone",
    "SELECT CAST('2020-02-29 12:34:56 +02:00' AS timestamp(0)), CAST(' 2020-02-29 12:34:56.789 UTC ' AS timestamp), TRY_CAST('2020-02-29T12:34:56' AS timestamp)",
    "2020-02-29 12:34:56|2020-02-29 12:34:56.789|NULL",
  ],
  [
    "a cast to a timestamp with time zone takes the zone of a constant",
    "SELECT CAST('2020-02-29 12:34:56 +02:00' AS timestamp(0) with time zone), CAST('2020-02-29 12:34:56 Asia/Tokyo' AS timestamp with time zone), CAST(t AS timestamp with time zone) FROM (VALUES '2020-02-29 12:34:56.5') AS v(t)",
    "2020-02-29 12:34:56 +02:00|2020-02-29 12:34:56.000 Asia/Tokyo|2020-02-29 12:34:56.500 UTC",
  ],
  [
    "a cast of a column with another zone is refused",
    "SELECT CAST(t AS timestamp with time zone) FROM (VALUES '2020-02-29 12:34:56 +02:00') AS v(t)",
    "NOT_SUPPORTED: the time zone of '2020-02-29 12:34:56 +02:00' is not supported by the embedded cloud",
  ],
  [
    "AT TIME ZONE with an interval",
    "SELECT now() AT TIME ZONE INTERVAL '2' HOUR, now() AT TIME ZONE INTERVAL -'5:30' HOUR TO MINUTE",
    "2026-01-02 05:04:05.678 +02:00|2026-01-01 21:34:05.678 -05:30",
  ],
  [
    "units from a column",
    "SELECT u, date_trunc(u, TIMESTAMP '2026-05-17 10:11:12.345'), date_diff(u, DATE '2026-01-01', DATE '2026-05-17') FROM (VALUES 'day', 'MONTH') AS t(u)",
    "day|2026-05-17 00:00:00.000|136\nMONTH|2026-05-01 00:00:00.000|4",
  ],
  [
    "a unit from a column that is none fails",
    "SELECT date_trunc(u, DATE '2026-05-17') FROM (VALUES 'hour') AS t(u)",
    "INVALID_FUNCTION_ARGUMENT: 'hour' is not a valid DATE field",
  ],
  [
    "times of day",
    "SELECT TIME '23:30:00' + INTERVAL '1' HOUR, hour(TIME '10:11:12'), date_diff('minute', TIME '01:00', TIME '02:30'), CAST('10:11' AS time), CAST(TIMESTAMP '2020-01-01 10:11:12.345' AS time), TRY_CAST('25:00' AS time)",
    "00:30:00.000|10|90|10:11:00.000|10:11:12.345|NULL",
  ],
  [
    "intervals of several units, their products, sums and averages",
    "SELECT INTERVAL '3 04:05:06.789' DAY TO SECOND, INTERVAL '2-7' YEAR TO MONTH, INTERVAL '2' DAY * 1.5e0, INTERVAL '90' MINUTE / 2, sum(x), avg(x) FROM (VALUES INTERVAL '1' DAY, INTERVAL '2' HOUR) AS t(x)",
    "3 04:05:06.789|2-7|3 00:00:00.000|0 00:45:00.000|1 02:00:00.000|0 13:00:00.000",
  ],
  [
    "date_diff counts the last day of a shorter month as a whole month",
    "SELECT date_diff('month', DATE '2026-01-31', DATE '2026-02-28'), date_diff('month', TIMESTAMP '2026-01-31 12:00:00', TIMESTAMP '2026-02-28 11:00:00'), date_diff('month', DATE '2026-03-31', DATE '2026-02-28'), date_diff('year', DATE '2024-02-29', DATE '2025-02-28'), date_diff('quarter', DATE '2025-11-30', DATE '2026-02-28')",
    "1|0|-1|1|1",
  ],
  [
    "fewer fractional digits round half up, before 1970 too",
    "SELECT CAST(TIMESTAMP '1500-05-10 12:34:56.111' AS timestamp(0)), CAST(TIMESTAMP '1969-12-31 23:59:59.500' AS timestamp(0)), CAST(TIMESTAMP '1969-12-31 23:59:59.499' AS timestamp(0)), date_add('millisecond', 1, TIMESTAMP '1500-05-10 12:34:56.11')",
    "1500-05-10 12:34:56|1970-01-01 00:00:00|1969-12-31 23:59:59|1500-05-10 12:34:56.11",
  ],
  [
    "fewer fractional digits round with a zone too",
    "SELECT CAST(TIMESTAMP '2020-05-01 12:34:56.555 Asia/Kathmandu' AS timestamp(0)), CAST(TIMESTAMP '1970-01-01 00:00:00.95 UTC' AS timestamp(1) with time zone), date_add('millisecond', 1, TIMESTAMP '2020-05-10 12:34:56 Asia/Kathmandu')",
    "2020-05-01 12:34:57|1970-01-01 00:00:01.0 UTC|2020-05-10 12:34:56 Asia/Kathmandu",
  ],
  [
    "months are added in the zone, days to the instant",
    "SELECT TIMESTAMP '2020-10-01 01:02:03 Asia/Tokyo' + INTERVAL '1' MONTH, TIMESTAMP '2020-10-01 01:02:03.12 Asia/Tokyo' - INTERVAL '1' MONTH, TIMESTAMP '2020-10-01 01:02:03.000 Asia/Tokyo' + INTERVAL '1' DAY",
    "2020-11-01 01:02:03 Asia/Tokyo|2020-09-01 01:02:03.12 Asia/Tokyo|2020-10-02 01:02:03.000 Asia/Tokyo",
  ],
  [
    "a year of five digits has a sign as text",
    "SELECT CAST(TIMESTAMP '123001-05-01 12:34:56' AS varchar)",
    "+123001-05-01 12:34:56",
  ],
  [
    "12 on a 12-hour clock without AM or PM is midnight",
    "SELECT date_parse('2020-01-01 12', '%Y-%m-%d %h'), date_parse('12:30 PM', '%h:%i %p'), date_parse('12:30 AM', '%h:%i %p'), date_parse('12', '%H')",
    "2020-01-01 00:00:00.000|1970-01-01 12:30:00.000|1970-01-01 00:30:00.000|1970-01-01 12:00:00.000",
  ],
]);
