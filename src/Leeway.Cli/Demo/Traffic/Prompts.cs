using System.Text;

namespace Leeway.Cli.Demo.Traffic;

/// <summary>Made-up texts in the manner of a small shop's: enough variety that no two prompts are alike, and lengths that differ.</summary>
internal static class Prompts
{
    private static readonly string[] s_names = ["Ada", "Bruno", "Chiara", "Deniz", "Elif", "Farid", "Greta", "Hanna", "Ivo", "Jun", "Kofi", "Lena", "Mateo", "Nadia", "Oskar", "Priya"];
    private static readonly string[] s_products = ["standing desk", "espresso grinder", "trail jacket", "bike trailer", "reading lamp", "cast-iron pan", "desk chair", "rain barrel", "camping stove", "wool blanket"];
    private static readonly string[] s_traits = ["folds flat in seconds", "is made of recycled steel", "comes in four colours", "has a ten-year warranty", "weighs less than a litre of milk", "needs no tools to put together", "is repaired by post", "fits through a narrow door"];
    private static readonly string[] s_complaints =
    [
        "the {0} arrived with a dent on one side", "the parcel has been in transit for nine days", "I was charged twice for the {0}", "the manual is in a language I cannot read",
        "the replacement part does not fit", "your courier left it in the rain", "the discount from the newsletter was not applied", "I still wait for the refund you promised",
    ];

    private static readonly string[] s_agenda =
    [
        "{1} showed the new returns page; two people could not find the button", "we agreed to move the stock count to the first Monday of the month", "{1} will ask the printer for a second quote by Friday",
        "open question: do we ship the {0} to islands at the same price", "the spring catalogue is a week late because photos are missing", "{1} reported that calls about the {0} have halved since the new leaflet",
        "decision: the warehouse keeps Saturday shifts until the end of the season", "no news from the supplier of the {0}; {1} calls again tomorrow",
    ];

    private static readonly string[] s_questions =
    [
        "Is the {0} in stock in green?", "Can I change the address of order {2}?", "How do I clean the {0}?", "Which {0} would you give to somebody who lives in a small flat?", "Where is order {2}?",
    ];

    private static readonly string[] s_measures = ["orders rose by {2} in the north", "returns of the {0} fell below {2} a week", "the mean basket held {2} items more than a year ago", "late deliveries made up {2} of a thousand"];

    /// <summary>Somebody in the shop's chat.</summary>
    public static (string System, string User) Chat(Dice dice) =>
        ("You answer customers of a mail-order shop: friendly, at most three sentences.", $"{Fill(dice.Pick(s_questions), dice)} My name is {dice.Pick(s_names)}, customer {dice.Between(10_000, 99_999)}.");

    public static (string System, string User) TicketSummary(Dice dice) =>
        ("Summarise the support ticket in two sentences, then say what the customer wants.",
            $"Ticket {dice.Between(100_000, 999_999)}. Hello, this is {dice.Pick(s_names)}. {Sentences(s_complaints, dice, 3, 14)} Please help soon.");

    public static (string System, string User) ProductDescription(Dice dice) =>
        ("Write a product description of 80 words for the catalogue.", $"Article {dice.Between(1_000, 9_999)}, a {dice.Pick(s_products)} that {dice.Pick(s_traits)}, {dice.Pick(s_traits)} and {dice.Pick(s_traits)}.");

    public static (string System, string User) MeetingNotes(Dice dice) =>
        ("Turn these notes into decisions, owners and open questions.", $"Meeting {dice.Between(1_000, 9_999)}. {Sentences(s_agenda, dice, 12, 45)}");

    public static (string System, string User) ReportClassification(Dice dice) =>
        ("Classify the report as sales, logistics, returns or other. Answer with one word and one reason.",
            $"Report {dice.Between(10_000, 99_999)}. {Sentences(s_measures, dice, 8, 40)}");

    /// <summary>A passage of the shop's documents, to be embedded.</summary>
    public static string Passage(Dice dice) => $"Document {dice.Between(100_000, 999_999)}. {Sentences([.. s_agenda, .. s_measures, .. s_complaints], dice, 10, 50)}";

    private static string Sentences(IReadOnlyList<string> templates, Dice dice, int min, int max)
    {
        var text = new StringBuilder();
        for (int left = dice.Between(min, max); left > 0; left--)
        {
            string sentence = Fill(dice.Pick(templates), dice);
            text.Append(char.ToUpperInvariant(sentence[0])).Append(sentence, 1, sentence.Length - 1).Append(left > 1 ? ". " : ".");
        }

        return text.ToString();
    }

    private static string Fill(string template, Dice dice) => template
        .Replace("{0}", dice.Pick(s_products), StringComparison.Ordinal)
        .Replace("{1}", dice.Pick(s_names), StringComparison.Ordinal)
        .Replace("{2}", dice.Between(100, 9_999).ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
