"""Messages that callers left: their sound is fetched from Vonage and kept, and mail tells the mailbox's people."""
