using System.ClientModel;
using Microsoft.Extensions.AI;
using OpenAI;

// A client of Microsoft.Extensions.AI that may stop at any moment and goes on in another process by its continuation token.
//   ask PROMPT        asks in the background; prints "token …"
//   poll TOKEN        asks again until the answer is there; prints "text …"
//   stream PROMPT     begins a background stream and leaves after the first event that can be continued; prints "token …"
//   resume TOKEN      reads the rest of the stream; prints "text …"
string server = args[0];
string verb = args[1];
string what = args[2];

var openAI = new OpenAIClient(new ApiKeyCredential("sk-meai"), new OpenAIClientOptions { Endpoint = new Uri(server) });
using IChatClient client = openAI.GetResponsesClient().AsIChatClient("gpt-4o-mini");
var options = new ChatOptions { AllowBackgroundResponses = true };
if (verb is "poll" or "resume")
{
    options.ContinuationToken = ResponseContinuationToken.FromBytes(Convert.FromBase64String(what));
}

switch (verb)
{
    case "ask":
        Tell((await client.GetResponseAsync(what, options)).ContinuationToken);
        break;
    case "poll":
        ChatResponse response = await client.GetResponseAsync([], options);
        while (response.ContinuationToken is { } token)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200));
            options.ContinuationToken = token;
            response = await client.GetResponseAsync([], options);
        }

        Console.WriteLine($"text {response.Text}");
        break;
    case "stream":
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(what, options))
        {
            if (update.ContinuationToken is { } here)
            {
                Tell(here);
                break;
            }
        }

        break;
    case "resume":
        string text = "";
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync([], options))
        {
            text += update.Text;
        }

        Console.WriteLine($"text {text}");
        break;
    default:
        return 2;
}

return 0;

static void Tell(ResponseContinuationToken? token) => Console.WriteLine(token is null ? "no token" : $"token {Convert.ToBase64String(token.ToBytes().Span)}");
