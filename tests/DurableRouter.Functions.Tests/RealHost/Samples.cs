namespace DurableRouter.Functions.Tests.RealHost;

static class Samples
{
    /// <summary>A short document without risk.</summary>
    public const string Memo = "MEMO\n\nTo: Operations\nFrom: Dana Whitfield\nDate: 4 March 2026\n\n"
        + "Northgate Doors Ltd will replace both dock doors for USD 18,400.00. Work begins on 16 March 2026.";

    /// <summary>A short document that binds two parties, so the shipped pipeline lets a person read it.</summary>
    public const string Agreement = "SERVICE AGREEMENT\n\n"
        + "This agreement is entered into on 4 March 2026 by and between Northgate Doors Ltd and Harrow Freight plc.\n\n"
        + "Northgate Doors Ltd shall replace both dock doors for USD 18,400.00 within 30 days. "
        + "Harrow Freight plc shall pay within 14 days of the invoice.";
}
