"""Mail in: an answer to a notice becomes an act, a mail to a team an ask, anything else is kept with a reason.

keeping   a message as it came, in a row of its own, before anything else happens with it
parsing   bytes → what a message says (no database)
believing who sent it, and why that is believed
handling  one row: what it is for, what became of it; `answering`, `asking` and `reports` do it
replies   mails back: receipts, and why something could not be done
mailbox   fetching from an IMAP server; the other way in is the pipe, `kept mail-in`
"""
