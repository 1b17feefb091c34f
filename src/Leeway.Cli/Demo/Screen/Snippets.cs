namespace Leeway.Cli.Demo.Screen;

/// <summary>What to try against the running gateway, no line wider than 80 columns.</summary>
internal static class Snippets
{
    public const string CurlTitle = "Try it: it can wait an hour on this clock, and costs half";

    public const string CSharpTitle = "The same from C# (dotnet add package OpenAI)";

    public static IReadOnlyList<string> Curl(Uri gateway) =>
    [
        $"curl -i {gateway.GetLeftPart(UriPartial.Authority)}/v1/chat/completions \\",
        "  -H 'Content-Type: application/json' -H 'Leeway-Deadline: 1h' -d \\",
        """  '{"model":"gpt-4o","messages":[{"role":"user","content":"Why wait?"}]}'""",
    ];

    public static IReadOnlyList<string> CSharp(Uri gateway) =>
    [
        "using OpenAI; using OpenAI.Chat; using System.ClientModel;",
        $$"""var at = new Uri("{{gateway.GetLeftPart(UriPartial.Authority)}}/by/1h/v1");""",
        """var chat = new ChatClient("gpt-4o", new ApiKeyCredential("any"),""",
        """  new OpenAIClientOptions { Endpoint = at });""",
        """Console.WriteLine(chat.CompleteChat("Why wait?").Value.Content[0].Text);""",
    ];
}
