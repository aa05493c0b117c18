"""Words that are names and something else too, and small words inside names. No list of them is ever complete."""

from __future__ import annotations

from typing import Final

LITTLE: Final = frozenset(
    """
    a al am an and as at be bin but by can da de del della den der des di do dos du e el en for from go has he
    her his i ibn if ii iii in is it its jr la le les lo me my no not of off on or our out she so sr st te ten
    ter than that the their them then they this to too u up us van vom von was we were who with y you your z zu
    zum zur
    """.split()  # noqa: SIM905 a list of words reads as one
)
"""Never a name by themselves, only inside a whole name."""
ORDINARY: Final = frozenset(
    """
    abbot alder amber angel april archer art ash august autumn baker barber bard baron barrow bass bay beck bell
    berg bill bird bishop black blue bond boss brand brick bridge bright brook brooks brown buck bush butcher
    butler can carpenter carter case cash chance chandler chapel chapman charity chase chip christian church
    clay clerk cliff clock close coal cole colleague colt cook cooper corn cotton court cox craft crane cross
    crystal customer daisy dale dame dawn day dean dear dell destiny dick dolly dot dove drake draper drew
    driver duke dusty earl early east eastern eve even ever faith fall fast father faulkner fawn fern field
    fields finch fish fisher fix flint flood flower forest forester foster fox frank free freeman friend frost
    gable gale garden gardener garland gay gene general gentle gill ginger glass glory glover gold golden good
    grace grant gray green grey grove guest gun guy hale hall ham hand hardy harper hart harvest hatch haven
    hawk hazel head heart heath heather hedge herb herd hero hill holder hollow holly home honey hood hook hope
    hopper horn house howe hunt hunter ice iris iron ivy jack jade jar jasmine jay jean jerry jet jewel job
    joiner joint jolly josh joy judge june junior just keen key kid kind king kitchen kite knight lace lake lamb
    lance land lane lark last laurel law lead leader leaf lean lee left lemon light lily little live lock loft
    long lord love low lucky major manner march marina mark market marsh marshal marshall martin mason mass
    master matt mean melody mercer merry mike mild mile miles mill miller mills mint miss mist model monday
    money moon moor more morning moss mount mountain nail neat nelly new nick night noble norm north northern
    note nut oak old olive outsider owl page painter palm park parker parson part pass pat patience peace pearl
    penny perry person pet pike pin piper place plant plumb point pole polish pond pool pope porter post potter
    pound power present price pride prime prince prior promise provider queen rain ralph ran rand ransom rapid
    ravel ray read reader red reed reef reeve rest rich ride rider ridge right ring rise rival river rivers
    robin rock rocky rod rose rosemary rosy round rover rowan royal ruby rule rush rusty sage sailor saint sales
    sally salt sand sandy sargent saturday savage saw sawyer scarlet school seal sell senior sergeant shade
    sharp shaw shell shepherd ship shore short silver singer sky slate slim small smart smith snow sole sonny
    south southern sparks speed spencer spring stack star stark steel step stern steward still stock stone storm
    story street strong style sue sugar summer summers sun sunday sunny swallow swan sweet swift tailor tanner
    taylor temple terry thorn thrush thursday tiger till tin tina todd toll tom tower town trainer trap tree
    true trust tucker tuesday turn turner vale van vane vault victor viola violet virgin walker wall ward warden
    warm warren waters way weaver webb wednesday week weeks wells west western wheel wheeler white wild wilder
    will willow winter wise wolf wood wooden woods word worth wren wright yard young zone
    """.split()  # noqa: SIM905 as above
)
"""Names only where they are written with a capital, or stand beside another part of the same name."""
GENERIC: Final = frozenset(
    """
    ab ag aps architects asa association bakery bank bookshop bros brothers bureau bv cafe center centre church
    clinic club co college company consulting corp corporation customer customers dental design dr ev family
    farm fashion firm florist foundation furniture garage garden gbr gmbh group guest hairdresser haus holding
    holdings home homes hospital hotel house housing inc inn insurance international kg kitchens lab laboratory
    library lines llc llp logistics ltd mall market motors museum ngo nv office ohg outside oy oyj partner
    partners pension pharmacy pizza plc practice press pub restaurant retail sa sarl sas school schools se
    service services shipping shop society solutions sons spa spz srl station store stores studio studios
    supermarket supplies systems team technologies theater theatre town trade trading transport travel trust
    university verein village works yacht
    """.split()  # noqa: SIM905 as above
)
"""What kind of outside customer it is: no name of one by itself."""
