# Verifies one line of standard input, card_number TAB name, through FFI::Platypus. The access key
# comes from the environment; BANKMETA_ENDPOINT and BANKMETA_CA_FILE, if set, lead to a sandbox.
use strict;
use warnings;
use FFI::Platypus;

my $ffi = FFI::Platypus->new(api => 1, lib => 'libbankmeta.so.0');
my %functions = (
    config_new => ['opaque'],
    config_set => ['sint32', 'opaque', 'string', 'string', 'opaque*'],
    client_new => ['sint32', 'opaque', 'opaque*', 'opaque*'],
    verify => ['sint32', 'opaque', ('string') x 4, 'opaque*', 'opaque*'],
    answer_verdict => ['sint32', 'opaque'], answer_billed => ['sint32', 'opaque'],
    verdict_name => ['string', 'sint32'], billed_name => ['string', 'sint32'],
    error_message => ['string', 'opaque'],
    map { ("${_}_free" => ['void', 'opaque*']) } qw(error answer client config),
);
while (my ($name, $types) = each %functions) {
    my ($result, @arguments) = @$types;
    $ffi->attach(["bankmeta_$name" => $name] => \@arguments => $result);
}

chomp(my $line = <STDIN>);
my ($card_number, $name) = split /\t/, $line;
my ($config, $client, $answer, $error) = (config_new());
my @options = (['credentials', 'environment'],
    ['endpoint', $ENV{BANKMETA_ENDPOINT}], ['ca_file', $ENV{BANKMETA_CA_FILE}]);
# 0 is BANKMETA_OK; the first call that returns something else is the last.
my $failed = grep({ defined $_->[1] && !$error && config_set($config, @$_, \$error) } @options)
    || client_new($config, \$client, \$error)
    || verify($client, $card_number, $name, undef, undef, \$answer, \$error);
print STDERR error_message($error), "\n" if $failed;
printf "%s, billed %s\n", verdict_name(answer_verdict($answer)), billed_name(answer_billed($answer)) if !$failed;
error_free(\$error);
answer_free(\$answer);
client_free(\$client);
config_free(\$config);
exit($failed ? 1 : 0);
