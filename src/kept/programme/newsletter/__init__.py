"""The newsletter: it writes itself each week, and goes once somebody has read it and lets it go. docs/newsletter.md."""
