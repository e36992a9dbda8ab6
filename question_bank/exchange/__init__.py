"""Files in and out of the bank: one module a format, all of them by way of ``question_bank.drafts.Draft``."""
