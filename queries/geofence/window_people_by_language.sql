-- metric: People by language
-- grain: one row per language that anyone used the app in
-- params: day Date, window Int64
-- columns: language String?, people Int64
-- source: user_days
-- note: People active in the window that ends on the day, in each language of their app, unknown
--   where the data does not say. Someone who used two languages counts in both.
select language as language, count(distinct person_id) as people
from user_days
where views >= 1 and day <= $day and day > days_before($day, $window)
group by language
order by people desc, language
