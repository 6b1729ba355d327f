-- name: trending-hashtags
-- title: Trending hashtags
-- description: Hashtags and cashtags of the posts, and how the recent part of the window compares with the rest.
-- feed: posts
-- window: since until
-- param: since time default 24h | Start of the window
-- param: until time default now | End of the window, exclusive
-- param: recent duration default 1h min 1m max 30d | Length of the recent part at the window's end
-- param: language string default "" | Only posts of this language, such as en; empty for all
-- param: least int default 1 min 1 max 1000000 | Minimum number of posts with the tag
-- param: limit int default 30 min 1 max 5000 | Rows to show
-- column: place bigint | 1 has the most posts in the recent part
-- column: tag varchar | The tag in lower case, with its # or $
-- column: recent_posts bigint | Posts with the tag in the recent part
-- column: posts bigint | Posts with the tag in the window
-- column: authors bigint | Distinct authors
-- column: likes bigint | Likes when the posts were last fetched
-- column: growth double digits 2 | Post rate of the recent part divided by that of the rest of the window; empty for new tags
-- key: tag, recent_posts, growth
-- chart: bar x=tag y=recent_posts
-- note: A post counts once for each of its tags.
WITH tags AS (
  SELECT DISTINCT
    post_id, author, likes, posted_at,
    lower(tag) AS tag
  FROM posts
  CROSS JOIN UNNEST(regexp_extract_all(text, '#[\p{N}_]*[\p{L}\p{M}][\p{L}\p{M}\p{N}_]*|[$][A-Za-z][A-Za-z0-9_]*')) AS found (tag)
  WHERE {window}
    AND (:language = '' OR language = :language)
),
counts AS (
  SELECT
    tag,
    count(*) AS posts,
    count(CASE WHEN posted_at >= date_add('second', -1 * :recent, :until) THEN 1 END) AS recent_posts,
    count(DISTINCT author) AS authors,
    sum(coalesce(likes, 0)) AS likes
  FROM tags
  GROUP BY tag
),
rates AS (
  SELECT
    *,
    1e0 * recent_posts / :recent AS recent_rate,
    1e0 * (posts - recent_posts) / nullif(date_diff('second', :since, :until) - :recent, 0) AS earlier_rate,
    row_number() OVER (ORDER BY recent_posts DESC, posts DESC, tag) AS place
  FROM counts
  WHERE posts >= :least
)
SELECT place, tag, recent_posts, posts, authors, likes, recent_rate / nullif(earlier_rate, 0) AS growth
FROM rates
WHERE place <= :limit
ORDER BY place
