namespace Leeway.Cli.Demo.Screen;

/// <summary>What to try against the running gateway, no line wider than 80 columns.</summary>
internal static class Snippets
{
    public static IReadOnlyList<string> Curl(Uri gateway) =>
    [
        $"curl -i {gateway.GetLeftPart(UriPartial.Authority)}/v1/chat/completions \\",
        "  -H 'Content-Type: application/json' -H 'Leeway-Deadline: 1h' -d \\",
        """  '{"model":"gpt-4o","messages":[{"role":"user","content":"Why wait?"}]}'""",
    ];

    public static IReadOnlyList<string> CSharp(Uri gateway) =>
    [
        "// dotnet add package OpenAI",
        $$"""var at = new OpenAIClientOptions { Endpoint = new("{{gateway.GetLeftPart(UriPartial.Authority)}}/by/1h/v1") };""",
        """var chat = new ChatClient("gpt-4o", new ApiKeyCredential("any"), at);""",
        """Console.WriteLine(chat.CompleteChat("Why wait?").Value.Content[0].Text);""",
    ];
}
