/* Settings from the command line of the screens. */
#include "view/command.h"
#include "view/settings.h"
#include "view/top.h"

static bool set(struct view *v, struct text argument, struct err *err)
{
	struct settings *s = top_settings(v->top);
	struct text value = argument;
	struct text name;

	if (!text_word(&value, &name))
		return fail(err, ERR_USAGE, "which setting? 'help settings' shows them");
	value = text_trim(value);
	if (value.len && !settings_set(s, name, value, err))
		return false;
	if (value.len) {
		top_take_settings(v->top);
		top_say(v->top, STYLE_GOOD, "%.*s = %.*s; 'save' keeps it",
			TEXT_ARG(name), TEXT_ARG(value));
		return true;
	}
	if (!settings_value(s, name, &value, err))
		return false;
	top_say(v->top, STYLE_PLAIN, "%.*s = %.*s", TEXT_ARG(name), TEXT_ARG(value));
	return true;
}

static void offer_names(struct offer *o)
{
	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *about = &setting_rows[i];

		if (about->rests)
			about->rests(about, o);
		else
			o->take(o, text_of(about->name), text_of(about->help));
	}
}

static void offer(struct view *v, struct text before, struct offer *o)
{
	size_t blank = text_chr(before, ' ');
	struct text name = text_sub(before, 0, blank);
	struct text values = { 0 };
	struct text one;

	if (blank == before.len) {
		offer_names(o);
		return;
	}
	for (size_t i = 0; i < setting_count; i++)
		if (text_is(name, setting_rows[i].name))
			values = text_of(setting_rows[i].values);
	while (text_word(&values, &one))
		o->take(o, one, (struct text){ 0 });
}

static bool save(struct view *v, struct text argument, struct err *err)
{
	struct settings *s = top_settings(v->top);
	size_t n;

	if (!settings_save(s, &n, err))
		return false;
	if (n)
		top_say(v->top, STYLE_GOOD, "%zu setting%s written to %s", n,
			n == 1 ? "" : "s", s->path);
	else
		top_say(v->top, STYLE_PLAIN, "no setting was changed");
	return true;
}

/* With a key it is typed. */
static bool interval(struct view *v, struct text argument, struct err *err)
{
	struct buf b = { 0 };
	bool ok;

	if (!argument.len)
		return command_open(v, TEXT("interval "), err);
	buf_str(&b, "interval ");
	buf_text_add(&b, argument);
	ok = set(v, buf_text(&b), err);
	buf_clear(&b);
	return ok;
}

const struct action settings_actions[] = {
	{ "i", "interval", "DURATION", "how often the node is asked: 500ms, 5s, 1m", 0,
	  interval, NULL },
	{ NULL, "set", "NAME VALUE", "change a setting, or say what it is", 0, set,
	  offer },
	{ "S", "save", NULL, "keep the settings that were changed, in their file", 0,
	  save, NULL },
};
const size_t settings_nactions = sizeof(settings_actions) / sizeof(settings_actions[0]);
